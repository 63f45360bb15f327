-- ARGV: tenant, key, expected version, 1 to write or 0 to delete, value, ttl. Gives the new version, or nothing.
local tenant, key = ARGV[1], ARGV[2]
if (redis.call('HGET', base .. 'k:' .. tenant .. ':' .. key, 'n') or '0') ~= ARGV[3] then
    return {}
end
ours('zset', value_keys(tenant))
ours('string', base .. 'seq')
if ARGV[4] == '1' then
    return {put_value(tenant, key, ARGV[5], ARGV[6], now())}
end
drop_value(tenant, key)
return {0}
