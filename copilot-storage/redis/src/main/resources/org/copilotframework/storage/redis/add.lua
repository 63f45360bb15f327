-- ARGV: tenant, key, what to add, ttl. Gives the new value as text, or nothing if the value is no counter or would overflow.
local tenant, key = ARGV[1], ARGV[2]
local counter = base .. 'k:' .. tenant .. ':' .. key
local there = redis.call('HEXISTS', counter, 'v') == 1
ours('zset', value_keys(tenant))
ours('string', base .. 'seq')
if not there then
    put_value(tenant, key, ARGV[3], ARGV[4], now(), true)
else
    local sum = redis.pcall('HINCRBY', counter, 'v', ARGV[3])
    if type(sum) == 'table' and sum.err then
        if string.find(sum.err, 'not an integer') or string.find(sum.err, 'overflow') then
            return {}
        end
        return sum
    end
    redis.call('HSET', counter, 'n', redis.call('INCR', base .. 'seq'), 'c', '1')
end
-- HINCRBY's reply would lose digits beyond 2^53.
return {redis.call('HGET', counter, 'v')}
