-- ARGV: tenant, the least id as ZRANGEBYLEX has it, limit.
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYLEX', base .. 'sx:' .. ARGV[1], ARGV[2], '+', 'LIMIT', 0, ARGV[3])) do
    local head = redis.call('HMGET', base .. 's:' .. ARGV[1] .. ':' .. id, 'v', 'f', 'c')
    found[#found + 1] = {id, unpack(head)}
end
return found
