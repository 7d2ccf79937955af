// SPDX-License-Identifier: GPL-2.0-only
// A plausible slip: sigaltstack() takes a stack of fewer than MINSIGSTKSZ bytes.
// file: kernel/signal.c
@@
identifier size, least, ret;
@@
  do_sigaltstack(...)
  {
  <...
- if (unlikely(size < least))
- 	ret = -ENOMEM;
  ...>
  }
