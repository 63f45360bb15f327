-- ARGV: tenant, run. Gives how many there were.
return drop_run(ARGV[1], ARGV[2])
