package dev.hearth.gateway.heads;

import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Reply;
import dev.hearth.gateway.http.TextTable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** {@code GET /v1/heads}: the heads that live, as this one sees them. */
public final class HeadRoutes implements Consumer<Router> {
    private final Heads heads;
    private final long startedAt = System.currentTimeMillis();

    public HeadRoutes(Heads heads) {
        this.heads = heads;
    }

    @Override
    public void accept(Router router) {
        router.get("/v1/heads").handler(c -> {
            Query.of(c.queryParams());
            reply().send(c.request());
        });
    }

    private Reply reply() {
        List<HeadLife> living = heads.living();
        List<HeadLife> shown = living.isEmpty() ? List.of(new HeadLife(heads.self(), 0, 0, startedAt)) : living;
        JsonArray all = new JsonArray();
        TextTable table = new TextTable("ID", "THIS", "LEADS", "SINCE");
        for (HeadLife life : shown) {
            boolean self = life.id().equals(heads.self());
            boolean leads = life.equals(shown.getFirst());
            String since = Instant.ofEpochMilli(life.startedAt()).toString();
            all.add(new JsonObject()
                    .put("id", life.id())
                    .put("this", self)
                    .put("leads", leads)
                    .put("startedAt", since));
            table.row(life.id(), self ? "yes" : "", leads ? "yes" : "", since);
        }
        return new Reply(200, new JsonObject().put("heads", all), table.toString());
    }
}
