
/*
 * Copyright (C) the print hub contributors
 */


#ifndef _NGX_PRINT_SHIM_H_INCLUDED_
#define _NGX_PRINT_SHIM_H_INCLUDED_


/*
 * Frees all that was allocated from pools.  A program that ends soon need not
 * call it.
 */
void shim_free(void);


#endif /* _NGX_PRINT_SHIM_H_INCLUDED_ */
