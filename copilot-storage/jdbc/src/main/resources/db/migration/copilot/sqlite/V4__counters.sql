-- The version at which a value was last added to, or the negative of the version at which it was last set: so a copy tells a counter
-- from digits that somebody set. Any other number, or none, is a row that an earlier version of the program wrote: not known.
ALTER TABLE copilot_value ADD COLUMN counted INTEGER;
