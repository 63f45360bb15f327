-- ARGV: tenant, how much at most, after which message to go on. Gives how much was deleted, and after which message to go
-- on, or nothing there when all is gone.
local tenant, left, gone = ARGV[1], tonumber(ARGV[2]), 0
local function clear(index, drop)
    if left > 0 then
        for _, id in ipairs(redis.call('ZRANGE', base .. index .. tenant, 0, left - 1)) do
            gone = gone + drop(tenant, id)
            left = left - 1
        end
    end
end
clear('sx:', drop_session)
clear('rx:', drop_run)
clear('kx:', drop_value)
if left <= 0 then
    return {gone, ARGV[3]}
end
if redis.call('HEXISTS', base .. 'oc', tenant) == 1 then
    local page = redis.call('XRANGE', base .. 'ox', '(' .. ARGV[3], '+', 'COUNT', left)
    for _, message in ipairs(page) do
        if message[2][2] == tenant then
            gone = gone + redis.call('XDEL', base .. 'ox', message[1])
        end
    end
    if #page == left then
        return {gone, page[#page][1]}
    end
    redis.call('HDEL', base .. 'oc', tenant)
end
redis.call('ZREM', base .. 'tenants', tenant)
return {gone}
