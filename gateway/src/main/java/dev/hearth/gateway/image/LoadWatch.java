package dev.hearth.gateway.image;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.LoadResponseItem;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Hears which images the engine has taken out of an archive. */
final class LoadWatch extends ResultCallback.Adapter<LoadResponseItem> {
    private static final List<String> WORDS = List.of("Loaded image: ", "Loaded image ID: ");
    private static final int MOST = 1_000;

    private final List<String> loaded = new ArrayList<>();

    @Override
    public void onNext(LoadResponseItem item) {
        var error = item.getErrorDetail();
        if (error != null) {
            onError(failed(String.valueOf(error.getMessage())));
            return;
        }
        String said = Objects.requireNonNullElse(item.getStream(), "").strip();
        synchronized (loaded) {
            WORDS.stream()
                    .filter(said::startsWith)
                    .filter(ignored -> loaded.size() < MOST)
                    .forEach(words -> loaded.add(said.substring(words.length())));
        }
    }

    /** References or ids. */
    List<String> loaded() {
        synchronized (loaded) {
            return List.copyOf(loaded);
        }
    }

    static HearthException failed(String said) {
        return new HearthException(
                ErrorCode.INVALID_REQUEST,
                "the engine did not load the archive: " + said + "; send what 'docker save' writes, whole");
    }
}
