/** How nodes with engines of their own get images from the head: offers, the store behind them, the routes for members. */
@NullMarked
package dev.hearth.gateway.image.cluster;

import org.jspecify.annotations.NullMarked;
