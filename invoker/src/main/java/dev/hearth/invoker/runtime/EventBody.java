package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Credit;
import dev.hearth.invoker.sidechannel.ContainerChannel;

/** The event's body on its way into the container: what came of it goes on as far as the container's credit goes. */
final class EventBody {
    private long credit;

    /** Its first part is sent. */
    void begin(int room) {
        credit = room;
    }

    /** The container took that much. */
    void credit(int bytes) {
        credit += bytes;
    }

    /** Sends what may be sent, and gives the gateway credit for it. */
    void pump(Attempt attempt, long call, ContainerChannel socket, ContainerOwner owner) {
        Chunk chunk = attempt.nextChunk();
        while (chunk != null && chunk.bytes().length() <= credit) {
            attempt.sentChunk();
            credit -= chunk.bytes().length();
            socket.data(call, chunk.bytes());
            if (chunk.end() != Chunk.End.OPEN) {
                socket.end(call, chunk.end() == Chunk.End.COMPLETE);
            }
            owner.tell(
                    attempt,
                    new Credit(
                            attempt.id(), attempt.key.attempt(), chunk.bytes().length()));
            chunk = attempt.nextChunk();
        }
    }
}
