-- ARGV: tenant, run, its fence, the first position to keep, then position and content of each event. Gives 1 if the run has
-- the fence; else 0, and nothing is changed.
local name = ARGV[1] .. ':' .. ARGV[2]
local events, run = base .. 'e:' .. name, redis.call('HMGET', base .. 'r:' .. name, 'f', 'x')
if run[1] ~= ARGV[3] then
    return {0}
end
for i = 5, #ARGV, 2 do
    if tonumber(ARGV[i]) >= tonumber(ARGV[4]) then
        add_event(events, ARGV[i], ARGV[i + 1])
    end
end
redis.call('ZREMRANGEBYSCORE', events, '-inf', '(' .. ARGV[4])
if run[2] then
    redis.call('PEXPIREAT', events, run[2])
end
return {1}
