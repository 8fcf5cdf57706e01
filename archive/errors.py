"""Everything that can go wrong in the archive, with the exit code that a command ends with.

SvodkaError                     1
├── UsageError                  2   the command was given something it cannot use
├── DiskFull                    3   below the floor of free space, or ENOSPC
├── ConfigurationError          4   svodka.toml or a site file is wrong or incomplete
├── Blocked                     5   the site refuses or challenges us
├── NothingFound                6   nothing where something was expected
├── NewerDatabase               7   the database was written by a newer program
├── Locked                     75   another run holds the data folder, or another program the database
├── Interrupted               130   a signal asked the run to end
└── DamagedArchive              1   bytes in a WARC file or the database are not what they should be
"""

from __future__ import annotations


class SvodkaError(Exception):
    """A mistake or a state that a user is told in one line; `exit_code` is what the command ends with."""

    exit_code = 1


class UsageError(SvodkaError):
    """The command was given something that it cannot use."""

    exit_code = 2


class DiskFull(SvodkaError):
    """There is too little free space to go on; what was acknowledged is safe."""

    exit_code = 3


class ConfigurationError(SvodkaError):
    """svodka.toml or a site file is wrong or incomplete."""

    exit_code = 4


class Blocked(SvodkaError):
    """The site refuses or challenges us."""

    exit_code = 5


class NothingFound(SvodkaError):
    """Nothing was found where something was expected."""

    exit_code = 6


class NewerDatabase(SvodkaError):
    """The database was written by a newer program than this one."""

    exit_code = 7


class Locked(SvodkaError):
    """Another run holds the data folder, or another program the database."""

    exit_code = 75


class Interrupted(SvodkaError):
    """A signal asked the run to end; what it brought is kept, the next run goes on."""

    exit_code = 130


class DamagedArchive(SvodkaError):
    """Bytes in a WARC file or the database are not what they should be; names the file (and the offset)."""
