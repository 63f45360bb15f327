package org.copilotframework.core;

/**
 * What a store holds.
 *
 * @param tenants how many tenants
 * @param sessions how many sessions
 * @param turns how many turns in them
 * @param runs how many runs
 * @param steps how many steps of runs
 * @param events how many retained events of runs
 * @param values how many values that live for always
 * @param sha256 over all of these in a canonical form, in hexadecimal digits
 */
public record StoreTotals(
        long tenants, long sessions, long turns, long runs, long steps, long events, long values, String sha256) {}
