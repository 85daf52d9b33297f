/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Under which names the keyrings lie in a store. */
#ifndef SYNC_KEYS_INT_H
#define SYNC_KEYS_INT_H

#define KEYS_OWN     "keys/own"
#define KEYS_UPPER   "keys/upper"
#define KEYS_ROOT    "keys/root"
#define KEYS_LOST    "keys/lost"
#define KEYS_BELOW   "keys/below/" /* and the device id of the one that began it, in hex; then a, b, c ... for branches */
#define KEYS_APPLIED "keys/applied" /* hash16 of the keyrings whose word stands in the rows of the devices */
#define KEYS_REFUSED "keys/refused" /* number of an older keyring that came and was not taken over */

#endif
