package dev.hearth.gateway.durable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncRecordsTest {
    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    StoreSettings store() {
        return Stores.sqlite(folder);
    }

    private static InvocationRecord record(Optional<Failure> failure) {
        return new InvocationRecord(
                InvocationId.next(),
                Callee.of(Head.REVISION),
                false,
                Optional.empty(),
                InvocationState.DONE,
                1,
                2,
                3,
                4,
                "n",
                StartKind.WARM,
                new Timings(1, 2, 3, 4, 5),
                6,
                7,
                Traffic.NONE,
                failure,
                1,
                "why");
    }

    private static InvocationRecord failed(ErrorCode code) {
        return record(Optional.of(Failure.during(code, "the reason")));
    }

    private static Map<InvocationId, InvocationRecord> kept(Database database, InvocationRecord... records) {
        List<InvocationId> ids =
                List.of(records).stream().map(InvocationRecord::id).toList();
        // The write before it has the same thread.
        Await.of(database.write(handle -> 1));
        return Await.of(database.read(handle -> KeptRecords.find(handle, ids)));
    }

    @Test
    void keepsWhatFailedButNotWhatWasTurnedAway() {
        try (Database database = Database.open(store())) {
            SyncRecords records = new SyncRecords(database, SyncKeep.FAILED, 10, new DurableMeters(registry));
            InvocationRecord bad = failed(ErrorCode.TIMEOUT);
            InvocationRecord good = record(Optional.empty());
            InvocationRecord away = failed(ErrorCode.TOO_MANY_REQUESTS);
            List.of(bad, good, away).forEach(records::ended);
            records.flush();
            Map<InvocationId, InvocationRecord> kept = kept(database, bad, good, away);
            assertThat(kept).containsOnlyKeys(bad.id());
            assertThat(kept.get(bad.id())).isEqualTo(bad);
        }
    }

    @Test
    void leavesOutAndCountsWhatIsTooMuch() {
        try (Database database = Database.open(store())) {
            SyncRecords records = new SyncRecords(database, SyncKeep.ALL, 1, new DurableMeters(registry));
            InvocationRecord first = record(Optional.empty());
            InvocationRecord second = record(Optional.empty());
            records.ended(first);
            records.ended(second);
            records.flush();
            assertThat(kept(database, first, second)).containsOnlyKeys(first.id());
            assertThat(registry.get("hearth.records.left.out").counter().count())
                    .isEqualTo(1);
        }
    }
}
