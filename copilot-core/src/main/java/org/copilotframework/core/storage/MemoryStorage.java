package org.copilotframework.core.storage;

import java.time.*;
import java.util.*;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.*;
import org.copilotframework.api.run.*;
import org.copilotframework.api.session.*;
import org.copilotframework.api.spi.storage.*;
import org.jspecify.annotations.Nullable;

public final class MemoryStorage implements Storage {
    record SK(TenantId t, SessionId s) {}

    record RK(TenantId t, RunId r) {}

    static final class S {
        List<StoredTurn> turns = new ArrayList<>();
        Map<String, Payload> state = new HashMap<>();
        Instant changed = Instant.now();
    }

    static final class R {
        RunHead h;
        Payload in;

        @Nullable
        Payload d;

        String change;
        Map<String, StepRecord> steps = new HashMap<>();
        TreeMap<Long, StoredEvent> ev = new TreeMap<>();

        R(RunHead h, Payload in, @Nullable Payload d, String c) {
            this.h = h;
            this.in = in;
            this.d = d;
            this.change = c;
        }
    }

    final Map<SK, S> ss = new HashMap<>();
    final Map<RK, R> rs = new LinkedHashMap<>();
    private volatile boolean closed;

    public MemoryStorage(int runsKept) {
        if (runsKept < 1) throw new InvalidRequestException("runs kept in memory: must be at least 1, not " + runsKept);
    }

    @Override
    public Sessions sessions() {
        return new Sessions() {
            @Override
            public Optional<SessionHead> head(TenantId t, SessionId id) {
                synchronized (MemoryStorage.this) {
                    S s = ss.get(new SK(t, id));
                    return s == null
                            ? Optional.empty()
                            : Optional.of(new SessionHead(id, s.turns.size(), 1, s.changed, s.state));
                }
            }

            @Override
            public List<StoredTurn> turns(TenantId t, SessionId id, long upTo, int limit, long max) {
                synchronized (MemoryStorage.this) {
                    S s = ss.get(new SK(t, id));
                    if (s == null) return List.of();
                    int end = (int) Math.max(0, Math.min(upTo, s.turns.size()));
                    return List.copyOf(s.turns.subList(Math.max(0, end - limit), end));
                }
            }

            @Override
            public List<SessionHead> list(TenantId t, @Nullable SessionId a, int l) {
                return List.of();
            }

            @Override
            public boolean delete(TenantId t, SessionId id) {
                synchronized (MemoryStorage.this) {
                    return ss.remove(new SK(t, id)) != null;
                }
            }
        };
    }

    @Override
    public Runs runs() {
        return new Runs() {
            @Override
            public Optional<RunRecord> find(TenantId t, RunId id) {
                synchronized (MemoryStorage.this) {
                    R r = rs.get(new RK(t, id));
                    return r == null ? Optional.empty() : Optional.of(new RunRecord(r.h, r.in, r.d));
                }
            }

            @Override
            public List<RunHead> list(TenantId t, @Nullable RunState st, @Nullable RunId b, int l) {
                return List.of();
            }

            @Override
            public List<RunRecord> claim(String holder, Collection<String> agents, Duration lease, int limit) {
                synchronized (MemoryStorage.this) {
                    List<RunRecord> out = new ArrayList<>();
                    Instant now = Instant.now();
                    for (R r : rs.values()) {
                        if (out.size() < limit
                                && r.h.due() != null
                                && !r.h.due().isAfter(now)
                                && agents.contains(r.h.agent())
                                && !r.h.state().terminal()) {
                            r.h = new RunHead(
                                    r.h.tenant(),
                                    r.h.id(),
                                    r.h.agent(),
                                    r.h.session(),
                                    r.h.state() == RunState.SUBMITTED ? RunState.WORKING : r.h.state(),
                                    r.h.fence() + 1,
                                    r.h.activation(),
                                    r.h.attempt() + 1,
                                    holder,
                                    now.plus(lease),
                                    r.h.created(),
                                    now);
                            out.add(new RunRecord(r.h, r.in, r.d));
                        }
                    }
                    return out;
                }
            }

            @Override
            public List<RunLease> renew(Collection<RunLease> held, Duration lease) {
                synchronized (MemoryStorage.this) {
                    List<RunLease> lost = new ArrayList<>();
                    for (RunLease l : held) {
                        R r = rs.get(new RK(l.tenant(), l.id()));
                        if (r == null || r.h.fence() != l.fence() || r.h.state().terminal()) lost.add(l);
                        else
                            r.h = new RunHead(
                                    r.h.tenant(),
                                    r.h.id(),
                                    r.h.agent(),
                                    r.h.session(),
                                    r.h.state(),
                                    r.h.fence(),
                                    r.h.activation(),
                                    r.h.attempt(),
                                    r.h.holder(),
                                    Instant.now().plus(lease),
                                    r.h.created(),
                                    r.h.changed());
                    }
                    return lost;
                }
            }

            @Override
            public Optional<StepRecord> step(TenantId t, RunId id, String key) {
                synchronized (MemoryStorage.this) {
                    R r = rs.get(new RK(t, id));
                    return r == null ? Optional.empty() : Optional.ofNullable(r.steps.get(key));
                }
            }

            @Override
            public void retain(TenantId t, RunId id, List<StoredEvent> e, long k) {}

            @Override
            public List<StoredEvent> events(TenantId t, RunId id, long a, int l, long m) {
                return List.of();
            }
        };
    }

    @Override
    public KeyValues values() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outbox outbox() {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized CommitResult commit(Commit c) {
        if (closed) throw new UnavailableException("the store in memory is closed", Duration.ZERO);
        Instant now = Instant.now();
        StoredTurn turn = null;
        SessionChange sc = c.session().orElse(null);
        S s = null;
        if (sc != null) {
            s = ss.get(new SK(c.tenant(), sc.session()));
            long v = s == null ? 0 : s.turns.size();
            turn = sc.turn();
            if (turn.version() <= v
                    && s.turns.get((int) turn.version() - 1).id().equals(turn.id()))
                return new CommitResult(true, s.turns.get((int) turn.version() - 1), 0);
            if (turn.version() != v + 1)
                throw new ConflictException("session '" + sc.session() + "' is at version " + v
                        + ", and this change expects version " + (turn.version() - 1) + "; read the session again");
        }
        R r = null;
        long fence = 0;
        if (c.run().isPresent()) {
            RunChange rc = c.run().get();
            r = rs.get(new RK(c.tenant(), rc.id()));
            if (r == null) throw new ConflictException("no run " + rc.id());
            if (r.change.equals(rc.change())) return new CommitResult(true, null, r.h.fence());
            if (r.h.fence() != rc.fence() || r.h.state().terminal())
                throw new ConflictException("run " + rc.id() + " has fence " + r.h.fence() + " state " + r.h.state());
            r.h = new RunHead(
                    r.h.tenant(),
                    r.h.id(),
                    r.h.agent(),
                    r.h.session(),
                    rc.state(),
                    fence = r.h.fence() + 1,
                    rc.activation(),
                    0,
                    rc.holder(),
                    rc.due().from(now).orElse(null),
                    r.h.created(),
                    now);
            r.d = rc.detail();
            r.change = rc.change();
        }
        if (c.start().isPresent()) {
            RunStart st = c.start().get();
            RK k = new RK(c.tenant(), st.id());
            R have = rs.get(k);
            if (have != null) {
                if (have.change.equals(st.change())) return new CommitResult(true, null, 1);
                throw new ConflictException("there");
            }
            r = new R(
                    new RunHead(
                            c.tenant(),
                            st.id(),
                            st.agent(),
                            st.session(),
                            st.state(),
                            fence = 1,
                            st.activation(),
                            st.holder() == null ? 0 : 1,
                            st.holder(),
                            st.due().from(now).orElse(null),
                            now,
                            now),
                    st.input(),
                    st.detail(),
                    st.change());
            rs.put(k, r);
        }
        if (c.within().isPresent()) {
            r = rs.get(new RK(c.tenant(), c.within().get().id()));
            if (r == null
                    || r.h.fence() != c.within().get().fence()
                    || r.h.state().terminal()) throw new ConflictException("fence");
        }
        for (StepRecord st : c.steps())
            if (r.steps.get(st.key()) == null || r.steps.get(st.key()).result() == null) r.steps.put(st.key(), st);
        if (sc != null) {
            if (s == null) ss.put(new SK(c.tenant(), sc.session()), s = new S());
            s.turns.add(turn);
            S f = s;
            sc.state().forEach((k, v) -> {
                if (v == null) f.state.remove(k);
                else f.state.put(k, v);
            });
        }
        return new CommitResult(false, turn, fence);
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    @Override
    public void migrate() {}

    @Override
    public void check() {}

    @Override
    public List<TenantId> tenants(@Nullable TenantId a, int l) {
        return List.of();
    }

    @Override
    public long erase(TenantId t) {
        return 0;
    }

    @Override
    public int sweep(Retention r, int l) {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
