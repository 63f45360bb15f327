-- ARGV: the least tenant as ZRANGEBYLEX has it, limit. Tenants whose data is all gone are passed over. Gives the least tenant
-- to go on with, or nothing, and the tenants.
local least, limit, left, found = ARGV[1], tonumber(ARGV[2]), MOST, {}
repeat
    local tenants = redis.call('ZRANGEBYLEX', base .. 'tenants', least, '+', 'LIMIT', 0, math.min(left, limit - #found))
    for _, tenant in ipairs(tenants) do
        if redis.call('EXISTS', base .. 'sx:' .. tenant, base .. 'rx:' .. tenant, base .. 'kx:' .. tenant) > 0
                or redis.call('HEXISTS', base .. 'oc', tenant) == 1 then
            found[#found + 1] = tenant
        end
        least = '(' .. tenant
    end
    left = left - #tenants
until #tenants == 0 or #found == limit or left == 0
return {left == 0 and least, found}
