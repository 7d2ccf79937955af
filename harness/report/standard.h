/* SPDX-License-Identifier: GPL-2.0-only */
/* Standard input, output and error, which the caller may have closed. */
#ifndef XS_STANDARD_H
#define XS_STANDARD_H

/**
 * xs_standard_keep() - take the numbers 0, 1 and 2, if they are free
 *
 * First in main(): the next file that is opened would be standard output
 * otherwise, and be written to. Reading and writing fail with EBADF, as before.
 */
void xs_standard_keep(void);

/**
 * xs_standard_wait() - let SIGINT and SIGTERM end the waits of stdout, though they are blocked
 *
 * For a reader that does not read. The write then fails with EINTR, and
 * xs_stop_signal() says why. Before anything was printed.
 */
void xs_standard_wait(void);

#endif
