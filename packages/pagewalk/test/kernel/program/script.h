/* A script in the project's text-trace grammar (docs/trace-format.md), read into steps; shared by the three files of memory-script. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

enum { MAX_STEPS = 2048, MAX_PIDS = 16, MAX_OBJECTS = 32, MAX_NAME = 32, MAX_OPERANDS = 6 };
enum { PAGE = 4096 };

typedef enum {
  READ,
  WRITE,
  FORK,
  EXIT,
  MMAP,
  MUNMAP,
  MPROTECT,
  MREMAP,
  BRK,
  MADVISE,
  MLOCK,
  MUNLOCK,
  SHM_CREATE,
  SHM_ATTACH,
  SHM_DETACH,
  SHM_REMOVE,
  MSYNC,
  FTRUNCATE,
} Action;

/* Operands by action; addresses, lengths and sizes in bytes, processes and objects as places in their tables.
 *   READ WRITE address | FORK child | MMAP address length PROT_* MAP_* object offset | MUNMAP MLOCK MUNLOCK MSYNC address length
 *   MPROTECT address length PROT_* | MREMAP address length address length | BRK address | MADVISE address length MADV_*
 *   SHM_CREATE FTRUNCATE object size | SHM_ATTACH object address PROT_* | SHM_DETACH address | SHM_REMOVE object */
typedef struct {
  int line;
  int process;
  Action action;
  uint64_t operand[MAX_OPERANDS];
} Step;

/* A file or a shared object. A file is open in `fd` in every process; an object is opened by name where it is used. */
typedef struct {
  char name[MAX_NAME];
  bool file;
  int fd;
} Object;

typedef struct {
  Step steps[MAX_STEPS];
  int step_count;
  unsigned pids[MAX_PIDS];
  int pid_count;
  Object objects[MAX_OBJECTS];
  int object_count;
  bool large_pages; /* somebody advises them: elsewhere there are none */
  uint64_t heap; /* the address of the first brk: script addresses from here up to the first region's are the heap's */
} Script;

/* What a process did at one step. */
typedef struct {
  long minor;
  long major;
  int signal; /* of an access, else 0 */
  int error;  /* errno of an operation, else 0 */
  int child;  /* the system's pid of a fork's child */
} Outcome;

/* script.c: reads standard input; ends the program with a message that names the line. */
void read_script(Script *script);
const char *action_name(Action action);

/* process.c: the life of a simulated process: steps from `in`, outcomes to `out`, until EXIT or the end of `in`. */
typedef struct {
  int commands[MAX_PIDS][2];
  int outcomes[MAX_PIDS][2];
} Pipes;
_Noreturn void live(const Script *script, const Pipes *pipes, int process);

/* Where the script's address is in the process: the heap stands where the system put it, all else at its own address. */
uint64_t real_address(const Script *script, uint64_t address);

/* calls.c: the one system call that an operation is; what it needs beforehand (descriptors, a file's contents) is done by prepare(). */
typedef struct {
  long number;
  long argument[6];
  int close_after; /* a descriptor, or -1 */
} Call;
/* Answers 0 or an errno. */
int prepare(const Script *script, const Step *step, Call *call);
/* Notes what later calls must know: how long an attached object is. */
void finish(const Step *step, const Call *call, int error);
/* The system's name of a shared object; unique to this run. */
void object_name(const Object *object, char name[64]);

#endif
