package dev.hearth.gateway.store;

import java.time.Duration;

/**
 * Where the state lies when it is not in a file of our own, and as whom we come.
 *
 * @param url {@code jdbc:postgresql://HOST:PORT/DATABASE}, with parameters if need be; never with a password
 * @param user empty for the driver's default, the user of this process
 * @param password empty for the driver's other ways, such as its password file
 * @param answerTimeout how long one statement may take, migrations aside, before the connection is given up
 */
public record PostgresServer(String url, String user, String password, Duration answerTimeout) {
    /** Server and database, for messages: neither parameters nor who we are. */
    String place() {
        int parameters = url.indexOf('?');
        String bare = parameters < 0 ? url : url.substring(0, parameters);
        return bare.substring(bare.indexOf("//") + 2);
    }

    /** Without the password, whoever prints it. */
    @Override
    public String toString() {
        return "PostgresServer[" + place() + "]";
    }
}
