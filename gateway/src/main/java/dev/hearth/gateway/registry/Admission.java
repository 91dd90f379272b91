package dev.hearth.gateway.registry;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.Limits;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.image.ResolvedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Refuses functions that no node could ever run, with the numbers compared. */
final class Admission {
    private Admission() {}

    static void check(FunctionSpec spec, Code code, Optional<ResolvedImage> image, Capacity capacity) {
        image.filter(found -> !found.runs()).ifPresent(found -> {
            throw new HearthException(
                    ErrorCode.INVALID_REQUEST,
                    "image " + found.reference() + " has neither ENTRYPOINT nor CMD, so nothing says what to run in it:"
                            + " build it with one");
        });
        capacity.largest(spec.requires()).ifPresent(largest -> {
            List<String> faults = faults(spec, code, image.map(ResolvedImage::size), largest);
            if (!faults.isEmpty()) {
                throw new HearthException(ErrorCode.NOT_ALLOWED, String.join("; ", faults));
            }
        });
    }

    private static List<String> faults(FunctionSpec spec, Code code, Optional<Bytes> image, Capacity.Largest largest) {
        List<String> faults = new ArrayList<>();
        Limits limits = spec.limits();
        String node = spec.requires().isNone() ? "node" : "node with " + spec.requires();
        if (limits.memory().compareTo(largest.memory()) > 0) {
            faults.add("limits.memory is " + limits.memory() + ", the largest " + node + " has " + largest.memory()
                    + " for containers");
        }
        if (limits.disk().compareTo(largest.scratch()) > 0) {
            faults.add("limits.disk is " + limits.disk() + ", the largest " + node + " has " + largest.scratch()
                    + " of scratch");
        }
        if (limits.gpus().on(1) > largest.gpus()) {
            faults.add("limits.gpus is " + limits.gpus() + ", the largest " + node + " has " + largest.gpus()
                    + " for functions (invoker.gpus)");
        }
        Bytes unpacked = new Bytes(code.unpacked());
        Bytes stored = image.orElse(Bytes.ZERO).plus(unpacked);
        if (stored.compareTo(largest.disk()) > 0) {
            faults.add("image and code need " + stored.toMiB() + "MiB (" + unpacked + " of them code), the largest "
                    + node + " has " + largest.disk() + " of disk for them");
        }
        image.filter(size -> spec.ownImage() && size.compareTo(largest.image()) > 0)
                .ifPresent(size -> faults.add("the image has " + size.toMiB() + "MiB, the largest " + node + " has "
                        + largest.image().toMiB()
                        + "MiB for one (invoker.disk less invoker.code-bytes and the images of the runtimes)"));
        return faults;
    }
}
