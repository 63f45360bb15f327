-- ARGV: how much at most, after how many milliseconds without a commit a session goes (or '' for never). Gives how much went.
local at, left, gone = now(), tonumber(ARGV[1]), 0
for _, member in ipairs(redis.call('ZRANGEBYSCORE', base .. 'exp', '-inf', at, 'LIMIT', 0, left)) do
    local kind, tenant, id = string.match(member, '^(.):([^:]*):(.*)$')
    if kind == 'r' then
        drop_run(tenant, id)
    else
        drop_value(tenant, id)
    end
    gone = gone + 1
end
if ARGV[2] ~= '' and gone < left then
    local oldest = string.format('(%d', math.floor((at - ARGV[2]) / DAY))
    for _, name in ipairs(redis.call('ZRANGEBYSCORE', base .. 'day', '-inf', oldest, 'LIMIT', 0, left - gone)) do
        drop_session(string.match(name, '^([^:]*):(.*)$'))
        gone = gone + 1
    end
end
return {gone}
