package org.copilotframework.benchmarks;

import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;

/** A session for each thread, to which submitted runs append turns; it grows from round to round. */
final class Conversations {
    static final int CROWD = 32;

    /** Where commits go. */
    interface Sink {
        void commit(Commit commit) throws Exception;
    }

    private final String name;
    private final Sink sink;
    private final long[] versions = new long[CROWD];

    Conversations(String name, Sink sink) {
        this.name = name;
        this.sink = sink;
    }

    /** Returns how many runs a second are completed with their turn; they are begun before, which is not counted. */
    double perSecond(int threads, int each) throws Exception {
        RunId[][] runs = new RunId[threads][each];
        Crowd.perSecond(threads, each, (thread, number) -> {
            runs[thread][number] = Activations.newRun();
            sink.commit(Activations.begun(runs[thread][number], session(thread)));
        });
        return Crowd.perSecond(
                threads,
                each,
                (thread, number) ->
                        sink.commit(Activations.replied(runs[thread][number], session(thread), ++versions[thread])));
    }

    private SessionId session(int thread) {
        return new SessionId(name + "-" + thread);
    }
}
