package dev.hearth.gateway.store;

import dev.hearth.common.error.HearthException;
import java.util.Map;
import javax.sql.DataSource;

/** What differs between the database engines that can hold the head node's state. */
interface Dialect {
    DataSource dataSource();

    /** The words that stand for {@code ${...}} in the migrations. */
    Map<String, String> words();

    /** The database's failure as a sentence for the user. */
    HearthException explain(Throwable failure);
}
