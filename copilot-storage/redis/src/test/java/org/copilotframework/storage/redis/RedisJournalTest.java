package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.JournalKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisJournalTest extends JournalKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
