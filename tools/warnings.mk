# The warnings of this project, for the Makefile and for debian/rules.

# nginx adds -W -Wall -Werror itself.  -Werror is not to be given to configure,
# whose own test programs have warnings: features would be missing.  clang's
# -Wextra needs -Wno-unused-parameter after it, although nginx has both.
WARNINGS  := -Wextra -Wno-unused-parameter -Wmissing-prototypes \
    -Wstrict-prototypes -Wdeclaration-after-statement
