-- ARGV: tenant, session. Gives how many there were.
return drop_session(ARGV[1], ARGV[2])
