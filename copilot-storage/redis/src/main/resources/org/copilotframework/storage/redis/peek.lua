-- ARGV: agents. Gives the moment at which the longest due of their runs was due, or nothing.
local at, longest = now(), nil
for _, agent in ipairs(ARGV) do
    local run = redis.call('ZRANGEBYSCORE', base .. 'due:' .. agent, '-inf', at, 'WITHSCORES', 'LIMIT', 0, 1)
    if run[2] and not (longest and longest <= tonumber(run[2])) then
        longest = tonumber(run[2])
    end
end
return {longest}
