-- ARGV: the least tenant as ZRANGEBYLEX has it, limit. Tenants whose data is all gone are passed over.
local least, limit, found = ARGV[1], tonumber(ARGV[2]), {}
repeat
    local tenants = redis.call('ZRANGEBYLEX', base .. 'tenants', least, '+', 'LIMIT', 0, limit - #found)
    for _, tenant in ipairs(tenants) do
        if redis.call('EXISTS', base .. 'sx:' .. tenant, base .. 'rx:' .. tenant, base .. 'kx:' .. tenant) > 0
                or redis.call('HEXISTS', base .. 'oc', tenant) == 1 then
            found[#found + 1] = tenant
        end
        least = '(' .. tenant
    end
until #tenants == 0 or #found == limit
return found
