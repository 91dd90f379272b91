package dev.hearth.deploy;

import dev.hearth.common.units.Durations;
import dev.hearth.gateway.KeyFolder;
import dev.hearth.gateway.auth.ControlSocket;
import dev.hearth.gateway.auth.KeyDesk;
import dev.hearth.gateway.auth.NewKey;
import dev.hearth.gateway.http.Reply;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The way to the keys of a data folder: straight into its database while no node holds it, else by the control socket of
 * the node that does. Either needs the right to write into the folder, and no key.
 */
final class KeyAccess {
    private static final String PATH = "/v1/keys";

    private KeyAccess() {}

    /** The new key and a line's end. */
    static String create(HearthConfig config, NewKey asked) {
        QueryStringEncoder uri = new QueryStringEncoder(PATH);
        uri.addParam("name", asked.name());
        uri.addParam("role", asked.role().toString());
        uri.addParam("namespace", asked.namespace());
        asked.lifetime().ifPresent(life -> uri.addParam("expires", Durations.format(life)));
        return with(config, desk -> desk.create(asked), HttpMethod.POST, uri);
    }

    static String list(HearthConfig config) {
        return with(config, KeyDesk::list, HttpMethod.GET, new QueryStringEncoder(PATH));
    }

    static String delete(HearthConfig config, String idOrName) {
        String segment = URLEncoder.encode(idOrName, StandardCharsets.UTF_8).replace("+", "%20");
        return with(
                config,
                desk -> desk.delete(idOrName, true),
                HttpMethod.DELETE,
                new QueryStringEncoder(PATH + "/" + segment));
    }

    private static String with(
            HearthConfig config, Function<KeyDesk, Future<Reply>> work, HttpMethod method, QueryStringEncoder uri) {
        Path data = config.node().data();
        Optional<DataFolder> folder = DataFolder.holdIfFree(data);
        if (folder.isEmpty()) {
            return ControlClient.ask(ControlSocket.path(data), method, uri.toString());
        }
        try (DataFolder _ = folder.get();
                KeyFolder keys = KeyFolder.open(config.gateway(), config.node())) {
            return work.apply(keys.desk())
                    .await(ControlClient.PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .text();
        } catch (IOException e) {
            throw new BootException("the data folder " + data + " was not released: " + e, e);
        } catch (TimeoutException e) {
            throw new BootException("the database in " + data + " does not answer", e);
        }
    }
}
