import java.nio.file.Path;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.core.Orchestrator;

public class Ask {
    public static void main(String[] args) {
        try (Orchestrator copilot = Orchestrator.builder().plugins(Path.of("plugins")).start()) {
            System.out.println(copilot.forCaller(Caller.of("acme", "alice")).invoke("hello", "world").text());
        }
    }
}
