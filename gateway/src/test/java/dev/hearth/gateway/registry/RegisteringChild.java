package dev.hearth.gateway.registry;

import dev.hearth.common.function.FunctionName;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.Optional;

/** Registers revision after revision and prints each number once it is acknowledged, until it is killed. */
final class RegisteringChild {
    private RegisteringChild() {}

    public static void main(String[] args) {
        Registry registry = new Registry(
                Database.open(StoreSettings.in(Path.of(args[0]))),
                new FakeImages(),
                required -> Optional.empty(),
                RegistrySettings.DEFAULT);
        Await.of(registry.start());
        SpecReader reader = new SpecReader(RegistrySettings.DEFAULT);
        for (long i = System.nanoTime(); ; i++) {
            Submission submission =
                    reader.read(Queries.of("runtime=python3"), "", Buffer.buffer(("# " + i + "\n").repeat(20_000)));
            Registered registered = Await.of(registry.register(FunctionName.inDefault("hello"), submission));
            StoredRevision latest = registered.view().latest();
            System.out.println(latest.number() + " " + latest.code().digest());
        }
    }
}
