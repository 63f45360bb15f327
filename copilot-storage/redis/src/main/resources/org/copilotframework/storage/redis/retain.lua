-- ARGV: tenant, run, the first position to keep, then position and content of each event. A sorted set holds them by
-- position; its members begin with the position, so that equal contents are two.
local name = ARGV[1] .. ':' .. ARGV[2]
local events, over = base .. 'e:' .. name, redis.call('HMGET', base .. 'r:' .. name, 'g', 'x')
if not over[1] then
    return {}
end
for i = 4, #ARGV, 2 do
    local position = ARGV[i]
    if tonumber(position) >= tonumber(ARGV[3]) and redis.call('ZCOUNT', events, position, position) == 0 then
        redis.call('ZADD', events, position, position .. ' ' .. ARGV[i + 1])
    end
end
redis.call('ZREMRANGEBYSCORE', events, '-inf', '(' .. ARGV[3])
if over[2] then
    redis.call('PEXPIREAT', events, over[2])
end
return {}
