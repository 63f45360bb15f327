-- ARGV: for how many milliseconds, limit, agents of which none is wanted. Gives the runs of others, without their content, that
-- have been due for so long. An agent of which no run will want a worker is forgotten until one does.
local before, limit, due, unwanted = now() - ARGV[1], tonumber(ARGV[2]), {}, {}
for i = 3, #ARGV do
    unwanted[ARGV[i]] = true
end
for _, agent in ipairs(redis.call('ZRANGEBYLEX', base .. 'agents', '-', '+')) do
    local index = base .. 'due:' .. agent
    local rows = unwanted[agent] and {}
        or redis.call('ZRANGEBYSCORE', index, '-inf', before, 'WITHSCORES', 'LIMIT', 0, limit)
    for i = 1, #rows, 2 do
        due[#due + 1] = {name = rows[i], since = tonumber(rows[i + 1])}
    end
    if #rows == 0 and #redis.call('ZRANGE', index, 0, 0) == 0 then
        redis.call('ZREM', base .. 'agents', agent)
    end
end
table.sort(due, function(a, b) return a.since < b.since end)
local found = {}
for i = 1, math.min(limit, #due) do
    local tenant, id = string.match(due[i].name, '^([^:]*):(.*)$')
    local run = redis.call('HMGET', base .. 'r:' .. due[i].name, 'g', 's', 't', 'f', 'a', 'n', 'h', 'd', 'c', 'm')
    if run[1] and not TERMINAL[run[3]] then
        found[#found + 1] = {tenant, id, run}
    end
end
return found
