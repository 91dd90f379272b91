package dev.hearth.function;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A result with another content type than its kind of value has.
 *
 * @param body what the function could have returned as it is
 * @param contentType of the answer, such as {@code image/png}: up to 200 printable ASCII characters
 */
public record Response(@Nullable Object body, String contentType) {
    private static final Pattern TYPE = Pattern.compile("(?=.{1,200}$)[ -~]*/[ -~]*");

    public Response {
        // Functions are seldom compiled with null checks.
        if (Objects.isNull(contentType) || !TYPE.matcher(contentType).matches()) {
            throw new IllegalArgumentException(
                    "the content type must be such as 'image/png', up to 200 printable ASCII characters");
        }
        if (body instanceof Response) {
            throw new IllegalArgumentException("the body of a response is a response");
        }
    }
}
