-- KEYS[1] is the schema's mark. ARGV: its fields and values. Leaves a mark that is there as it is, and gives it.
if redis.call('EXISTS', base) == 0 then
    redis.call('HSET', base, unpack(ARGV))
end
return redis.call('HGETALL', base)
