package org.copilotframework.storage.tck.example;

import java.util.Map;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.storage.tck.StorageKit;
import org.copilotframework.storage.tck.StoreUnderTest;

class ShelfTest extends StorageKit {
    private static final StoreUnderTest SHELF = new StoreUnderTest() {
        private final StorageProvider provider = new ShelfProvider();

        @Override
        public StorageProvider provider() {
            return provider;
        }

        @Override
        public String url() {
            return "shelf:kit";
        }

        @Override
        public Map<String, String> settings() {
            return Map.of("capacity", "100000");
        }
    };

    @Override
    protected StoreUnderTest store() {
        return SHELF;
    }
}
