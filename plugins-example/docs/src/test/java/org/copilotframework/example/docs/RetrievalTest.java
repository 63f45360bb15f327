package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real questions over a handbook of eight files (src/test/resources/handbook). */
class RetrievalTest {
    private static final Path HANDBOOK = Path.of("src", "test", "resources", "handbook");
    private static final List<String> WITH_ANSWER = List.of(
            "How do I get back in when I lost the administrator's password? | security.md | Lost password",
            "What happens when a job runs longer than allowed? | jobs.md | Time limits",
            "Can I copy the database file while it is running? | backup.md | Taking a backup",
            "How many attempts are made for a failing job? | configuration.md | Retries",
            "Which rights does an operator have? | security.md | Accounts",
            "How do I pass results from one job to the next? | jobs.md | Passing data",
            "Is the data at rest encrypted? | security.md | Encryption",
            "What does E1042 mean? | troubleshooting.md | Error E1042",
            "How do I start a run over HTTP without starting it twice? | api.md | Starting a job",
            "RunFailedException | api.md | Java client",
            "What runs when the clocks go back in autumn? | configuration.md | Time zone",
            "My script works in the shell but not under the scheduler | troubleshooting.md | A job succeeds",
            "Is XML still supported for job definitions? | notes.txt | ",
            "How much memory does it need? | install.md | Requirements",
            "What does workers.memory-limit do? | configuration.md | Workers",
            "Why does my job begin later than planned? | troubleshooting.md | Jobs start late",
            "How often may I call the API per minute? | api.md | Rate limits",
            "How can I renew the TLS certificate without downtime? | security.md | Encryption",
            "Where do I see who changed a job? | security.md | Audit log",
            "How long are logs kept? | troubleshooting.md | Disk fills up",
            "What if two jobs wait for each other? | jobs.md | Dependencies",
            "How do I page through a long list? | api.md | Paging",
            "Can I skip versions when upgrading? | install.md | Upgrading",
            "lantern backup prune | backup.md | How long",
            "How do I keep passwords out of job files? | jobs.md | Secrets",
            "LANTERN_INPUT | jobs.md | Passing data",
            "What happens to missed jobs after a restore? | backup.md | Restoring",
            "Which environment variable overrides http.port? | configuration.md | ");
    private static final List<String> WITHOUT_ANSWER = List.of(
            "What is the capital of France?",
            "How do I bake sourdough bread?",
            "Who won the world cup in 2014?",
            "Does Lantern support Kubernetes operators?",
            "How do I configure GPU scheduling?",
            "What is the price of an enterprise licence?",
            "How do I train a neural network?",
            "Can I write jobs in Visual Basic?",
            "What are the opening hours of the support hotline?",
            "How do I cancel my subscription?",
            "How do I tune the garbage collector?",
            "Where can I buy a used bicycle?",
            "How do I install it on Windows?",
            "How do I make coffee?",
            "Does it integrate with Slack notifications?",
            "What colour is the logo?",
            "How do I write unit tests in Java?",
            "Who founded the company?");

    private static Search search;

    @BeforeAll
    static void index() throws Exception {
        Indexer.Update update = new Indexer(Models.model())
                .update(Index.EMPTY, Folder.open(HANDBOOK, Limits.DEFAULT), (path, done, total) -> {}, () -> false);
        assertThat(update.skipped()).isEmpty();
        search = new Search(update.index());
    }

    @Test
    void theRightSectionIsAmongTheFirstThreeForEveryQuestion() throws Exception {
        List<String> missed = new ArrayList<>();
        int first = 0;
        for (String row : WITH_ANSWER) {
            int rank = rank(row.split(" \\| ?", -1));
            first += rank == 1 ? 1 : 0;
            if (rank > 3) {
                missed.add(row + " is at " + rank);
            }
        }
        assertThat(missed).isEmpty();
        assertThat(first).as("of %d at the first place", WITH_ANSWER.size()).isGreaterThanOrEqualTo(25);
    }

    @Test
    void everyQuestionWithAnAnswerGetsOne() {
        assertThat(WITH_ANSWER)
                .allSatisfy(row -> assertThat(answers(row.substring(0, row.indexOf(" | "))))
                        .isNotEmpty());
    }

    @Test
    void questionsTheHandbookDoesNotAnswerGetNone() {
        List<String> answered = WITHOUT_ANSWER.stream()
                .filter(question -> !answers(question).isEmpty())
                .toList();

        // Both name what the handbook is about: a threshold that refused them would refuse good answers too.
        assertThat(answered)
                .containsExactlyInAnyOrder(
                        "Does Lantern support Kubernetes operators?", "How do I write unit tests in Java?");
    }

    @Test
    void quotationsAreWordForWordAndStandWhereTheySay() throws Exception {
        for (String row : WITH_ANSWER) {
            for (Answers.Quote quote : answers(row.substring(0, row.indexOf(" | ")))) {
                List<String> lines = Files.readAllLines(HANDBOOK.resolve(quote.path()));
                String fromThere = String.join("\n", lines.subList(quote.line() - 1, lines.size()));
                int place = fromThere.indexOf(quote.text());
                assertThat(place)
                        .as(quote.source() + " " + quote.text())
                        .isBetween(0, lines.get(quote.line() - 1).length());
                assertThat(quote.text().length()).isLessThan(1_210);
            }
        }
    }

    @Test
    void theQuotationIsTheSentenceThatAnswers() {
        Map<String, String> expected = Map.of(
                "How many attempts are made for a failing job?", "up to `retry.max-attempts` (default 5)",
                "RunFailedException", "`RunHandle.await` throws `RunFailedException`",
                "What does E1042 mean?", "names a secret that the vault does not have",
                "How often may I call the API per minute?", "600 requests a minute",
                "How long should I keep backups?", "seven daily and four weekly");

        expected.forEach((question, words) ->
                assertThat(answers(question).get(0).text()).as(question).contains(words));
    }

    @Test
    void aListingIsQuotedWithTheSentenceThatAnnouncesItThoughItIsAPassageOfItsOwn(@TempDir Path folder)
            throws Exception {
        String listing =
                "```java\npublic final class Hello implements Agent {\n" + "    int a = b + c * 2;\n".repeat(5);
        Files.writeString(
                folder.resolve("agents.md"),
                "# Writing an agent\n\nAn agent that greets is written like this:\n\n" + listing
                        + "    int a = b + c * 2;\n".repeat(20) + "}\n```\n");
        Search own = new Search(new Indexer(Models.model())
                .update(Index.EMPTY, Folder.open(folder, Limits.DEFAULT), (path, done, total) -> {}, () -> false)
                .index());

        assertThat(new Answers(Models.model()).to("How is an agent that greets written?", own))
                .first()
                .satisfies(quote -> assertThat(quote.text())
                        .startsWith("An agent that greets is written like this:\n\n" + listing)
                        .endsWith("\n…"));
    }

    private static List<Answers.Quote> answers(String question) {
        try {
            return new Answers(Models.model()).to(question, search);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int rank(String[] row) throws InterruptedException {
        List<Search.Hit> hits = search.find(row[0], Models.model().vector(row[0]), 1_000);
        for (int i = 0; i < hits.size(); i++) {
            if (hits.get(i).path().equals(row[1])
                    && hits.get(i).passage().heading().contains(row[2])) {
                return i + 1;
            }
        }
        return Integer.MAX_VALUE;
    }
}
