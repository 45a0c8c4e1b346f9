/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_socket.c: a program that opens a socket. */
/* expect: refused: socket */
#include <sys/socket.h>

int
main(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}
