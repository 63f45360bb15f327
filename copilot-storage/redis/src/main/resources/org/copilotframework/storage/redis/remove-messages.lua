-- ARGV: tenant and id of each message.
for i = 1, #ARGV, 2 do
    if redis.call('XDEL', base .. 'ox', ARGV[i + 1]) == 1 and redis.call('HINCRBY', base .. 'oc', ARGV[i], -1) <= 0 then
        redis.call('HDEL', base .. 'oc', ARGV[i])
    end
end
return {}
