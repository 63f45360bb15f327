-- ARGV: tenant, session, how many turns are not kept, the version of the first that will be. Gives 1, or 0 if there is such a
-- session.
local tenant, id, at = ARGV[1], ARGV[2], now()
local name = tenant .. ':' .. id
local key = base .. 's:' .. name
if redis.call('HGET', key, 'v') then
    return {0}
end
ours('zset', base .. 'tenants', base .. 'sx:' .. tenant, base .. 'day')
redis.call('ZADD', base .. 'tenants', 0, tenant)
redis.call('HSET', key, 'v', ARGV[3], 'f', ARGV[4], 'c', at)
redis.call('ZADD', base .. 'day', math.floor(at / DAY), name)
redis.call('ZADD', base .. 'sx:' .. tenant, 0, id)
return {1}
