package org.copilotframework.storage.redis;

import org.copilotframework.storage.tck.CommitKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class RedisCommitTest extends CommitKit {
    @Override
    protected StoreUnderTest store() {
        return RedisUnderTest.shared();
    }
}
