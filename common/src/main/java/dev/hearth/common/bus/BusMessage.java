package dev.hearth.common.bus;

/**
 * Everything that gateway and invoker say to each other.
 *
 * <p>One sealed family, one codec ({@link BusCodec}), one address per daemon ({@link BusAddress}): messages of one
 * sender to one receiver stay in order, which streams rely on. Every record is immutable.
 */
public sealed interface BusMessage
        permits CallMessage,
                Batch,
                NodeStatus,
                RevisionQuery,
                RevisionReply,
                CodeQuery,
                CodeReply,
                LogQuery,
                LogReply,
                ContainersQuery,
                ContainersReply,
                RevisionGone,
                ImageFetch,
                ImageReply,
                ImageOffer,
                ImageAhead,
                ImageCame,
                ImagesQuery,
                ImagesReply,
                UsageReport,
                UsageReply,
                HeadBeat,
                BeatEcho,
                GivenUp,
                Cleared {}
