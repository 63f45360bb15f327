-- ARGV: tenant, run. Gives for how many milliseconds it is still somebody's, or nothing.
local run = redis.call('HMGET', base .. 'r:' .. ARGV[1] .. ':' .. ARGV[2], 'h', 'd')
local left = run[1] and run[2] and run[2] - now() or 0
return left > 0 and {left} or {}
