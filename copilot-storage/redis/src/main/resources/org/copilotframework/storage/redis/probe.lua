-- Tries on keys of its own every command that another script writes with. A user who may not use one shall be refused when
-- the store is opened: in the middle of a commit it would be too late.
local at, probe = now(), base .. 'probe:'
redis.call('INCR', probe .. 'n')
redis.call('HSET', probe .. 'h', 'a', 1)
redis.call('HSETNX', probe .. 'h', 'b', 1)
redis.call('HINCRBY', probe .. 'h', 'b', 1)
redis.call('HSTRLEN', probe .. 'h', 'b')
redis.call('HDEL', probe .. 'h', 'b')
redis.call('ZADD', probe .. 'z', 0, 'a', 1, 'b')
redis.call('ZREM', probe .. 'z', 'a')
redis.call('ZREMRANGEBYSCORE', probe .. 'z', 1, 1)
redis.call('XDEL', probe .. 'x', redis.call('XADD', probe .. 'x', '*', 'a', 1))
redis.call('PEXPIREAT', probe .. 'h', at + DAY)
redis.call('DEL', probe .. 'n', probe .. 'h')
redis.call('UNLINK', probe .. 'z', probe .. 'x')
return {}
