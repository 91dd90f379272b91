package dev.hearth.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledRegistryIT {
    private static final FunctionName HELLO = FunctionName.inDefault("hello");
    private static final int KILLS = 4;

    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedIsThereAfterKillMinusNine() throws IOException, NoSuchAlgorithmException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int before = 0;
        for (int i = 0; i < KILLS; i++) {
            String acknowledged = registerUntilKilled(1 + random.nextInt(40));
            List<String> parts = List.of(acknowledged.split(" ", -1));
            int number = Integer.parseInt(parts.getFirst());
            assertThat(number).as("seed %d", seed).isGreaterThan(before);
            before = check(number, parts.getLast());
        }
    }

    private String registerUntilKilled(int registrations) throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        RegisteringChild.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String last = "";
        try (BufferedReader lines = child.inputReader()) {
            for (int i = 0; i < registrations; i++) {
                last = lines.readLine();
                assertThat(last).as("the child ended by itself").isNotNull();
            }
            child.toHandle().destroyForcibly();
            for (String line = lines.readLine(); line != null && line.length() > 70; line = lines.readLine()) {
                last = line;
            }
        } finally {
            child.destroyForcibly().onExit().join();
        }
        return last;
    }

    /** The revision is there with all its code, and serves unless a later one was committed but not told. */
    private int check(int number, String digest) throws NoSuchAlgorithmException {
        try (Database database = Database.open(StoreSettings.in(folder))) {
            Registry registry =
                    new Registry(database, new FakeImages(), required -> Optional.empty(), RegistrySettings.DEFAULT);
            Await.of(registry.start());
            Revision current = registry.current(HELLO).orElseThrow();
            assertThat(current.number()).isBetween(number, number + 1);
            assertThat(Await.of(registry.revisions(HELLO)))
                    .extracting(StoredRevision::number)
                    .contains(number);
            Buffer code = Buffer.buffer();
            long total = Await.of(registry.code(digest, 0, 0)).total();
            while (code.length() < total) {
                code.appendBuffer(Await.of(registry.code(digest, code.length(), CodeStore.PIECE))
                        .bytes());
            }
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(code.getBytes());
            assertThat("sha256:" + HexFormat.of().formatHex(hash)).isEqualTo(digest);
            return current.number();
        }
    }
}
