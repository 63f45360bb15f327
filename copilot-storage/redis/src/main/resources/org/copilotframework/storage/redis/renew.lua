-- ARGV: lease in milliseconds, then tenant, run and fence of each. Gives the places (from 0) of those that are lost.
local till, lost = now() + ARGV[1], {}
for i = 2, #ARGV, 3 do
    local name = ARGV[i] .. ':' .. ARGV[i + 1]
    local run = redis.call('HMGET', base .. 'r:' .. name, 'f', 't', 'g', 'h')
    if run[1] ~= ARGV[i + 2] or TERMINAL[run[2]] or not run[4] then
        lost[#lost + 1] = (i - 2) / 3
    else
        redis.call('HSET', base .. 'r:' .. name, 'd', till)
        redis.call('ZADD', base .. 'due:' .. run[3], till, name)
    end
end
return lost
