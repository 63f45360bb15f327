package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
    /** What the server was asked. */
    private final ConcurrentLinkedQueue<Integer> asked = new ConcurrentLinkedQueue<>();

    private ServerSocket server;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept);
        acceptor.setDaemon(true);
        acceptor.start();
        proxy = new FaultProxy(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void whatIsSentIsForwardedInBothDirections() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 7)).isEqualTo(8);
            assertThat(ask(client, 9)).isEqualTo(10);
        }
    }

    @Test
    void aSilentProxyHoldsBackUntilItForwardsAgain() throws IOException {
        try (Socket client = connect()) {
            ask(client, 1);
            proxy.stall();
            client.setSoTimeout(100);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(client, 2));
            proxy.forward();
            client.setSoTimeout(0);
            assertThat(client.getInputStream().read()).isEqualTo(3);
        }
    }

    @Test
    void aRefusalIsOverWhenItForwardsAgain() throws IOException {
        try (Socket client = connect()) {
            ask(client, 1);
            proxy.refuse();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
                ask(client, 2);
                ask(client, 3);
            });
            // A port takes connections until its listener is really closed; nothing comes of them.
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
                try (Socket late = connect()) {
                    ask(late, 4);
                }
            });
        }
        proxy.forward();
        try (Socket client = connect()) {
            assertThat(ask(client, 5)).isEqualTo(6);
        }
    }

    @Test
    void aLostResponseWasAskedForAndTheNextOneIsNotLost() throws IOException {
        try (Socket client = connect()) {
            proxy.loseResponse(2);
            assertThat(ask(client, 1)).isEqualTo(2);
            assertThat(proxy.tripped()).isFalse();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(client, 3));
            assertThat(proxy.tripped()).isTrue();
            assertThat(asked).containsExactly(1, 3);
        }
        try (Socket client = connect()) {
            assertThat(ask(client, 5)).isEqualTo(6);
        }
    }

    @Test
    void aRequestBehindAResetNeverArrives() throws IOException {
        try (Socket client = connect()) {
            proxy.resetBefore(2);
            assertThat(ask(client, 1)).isEqualTo(2);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask(client, 3));
            assertThat(proxy.tripped()).isTrue();
            assertThat(asked).containsExactly(1);
        }
    }

    @Test
    void aResponseThatIsStalledIsGivenLate() throws IOException {
        try (Socket client = connect()) {
            proxy.stallAfter(2);
            assertThat(ask(client, 1)).isEqualTo(2);
            client.setSoTimeout(100);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(client, 3));
            assertThat(proxy.tripped()).isTrue();
            assertThat(asked).containsExactly(1, 3);
            proxy.forward();
            client.setSoTimeout(0);
            assertThat(client.getInputStream().read()).isEqualTo(4);
        }
    }

    @Test
    void aRequestThatIsStalledComesLateAlsoIfItsClientHasGone() throws IOException {
        try (Socket client = connect()) {
            ask(client, 1);
            proxy.stallBefore(1);
            client.setSoTimeout(100);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> ask(client, 3));
            assertThat(proxy.tripped()).isTrue();
        }
        assertThat(asked).containsExactly(1);
        proxy.forward();
        await().atMost(Theme.PATIENCE).untilAsserted(() -> assertThat(asked).containsExactly(1, 3));
    }

    private Socket connect() throws IOException {
        return new Socket(proxy.address().getAddress(), proxy.address().getPort());
    }

    private static int ask(Socket client, int question) throws IOException {
        client.getOutputStream().write(question);
        int answer = client.getInputStream().read();
        if (answer < 0) {
            throw new IOException("the connection has ended");
        }
        return answer;
    }

    /** Answers each byte with the next one. */
    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread thread = new Thread(() -> answer(client));
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void answer(Socket client) {
        try (client) {
            for (int question = client.getInputStream().read();
                    question >= 0;
                    question = client.getInputStream().read()) {
                asked.add(question);
                client.getOutputStream().write(question + 1);
            }
        } catch (IOException reset) {
            // The client has gone, as it should.
        }
    }
}
