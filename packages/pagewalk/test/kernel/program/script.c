/* Reads a script: the subset of the text-trace grammar that one real machine can follow. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const char *const NAMES[] = {
    [READ] = "R",           [WRITE] = "W",           [FORK] = "fork",
    [EXIT] = "exit",        [MMAP] = "mmap",         [MUNMAP] = "munmap",
    [MPROTECT] = "mprotect", [MREMAP] = "mremap",    [BRK] = "brk",
    [MADVISE] = "madvise",  [MLOCK] = "mlock",       [MUNLOCK] = "munlock",
    [SHM_CREATE] = "shm_create", [SHM_ATTACH] = "shm_attach", [SHM_DETACH] = "shm_detach",
    [SHM_REMOVE] = "shm_remove", [MSYNC] = "msync",  [FTRUNCATE] = "ftruncate",
};

static const struct {
  const char *name;
  int value;
} ADVICES[] = {
    {"dontneed", MADV_DONTNEED}, {"free", MADV_FREE},     {"willneed", MADV_WILLNEED},     {"cold", MADV_COLD},
    {"pageout", MADV_PAGEOUT},   {"random", MADV_RANDOM}, {"sequential", MADV_SEQUENTIAL}, {"normal", MADV_NORMAL},
    {"hugepage", MADV_HUGEPAGE}, {"nohugepage", MADV_NOHUGEPAGE},
};

static int line_number;

const char *action_name(Action action) { return NAMES[action]; }

static _Noreturn void refuse(const char *what, const char *got) {
  fprintf(stderr, "line %d: %s: '%s'\n", line_number, what, got == NULL ? "" : got);
  exit(2);
}

static uint64_t number(const char *word) {
  char *end = NULL;
  if (word == NULL) refuse("a number is missing", word);
  uint64_t value = strtoull(word, &end, strncmp(word, "0x", 2) == 0 ? 16 : 10);
  if (*word == 0 || *end != 0) refuse("not a number", word);
  return value;
}

static int pid_place(Script *script, const char *word) {
  unsigned pid = (unsigned)number(word);
  for (int i = 0; i < script->pid_count; i++)
    if (script->pids[i] == pid) return i;
  if (script->pid_count == MAX_PIDS) refuse("too many processes", word);
  script->pids[script->pid_count] = pid;
  return script->pid_count++;
}

static int object_place(Script *script, const char *word, bool file) {
  if (word == NULL || strlen(word) >= MAX_NAME) refuse("not a name", word);
  for (int i = 0; i < script->object_count; i++)
    if (strcmp(script->objects[i].name, word) == 0 && script->objects[i].file == file) return i;
  if (script->object_count == MAX_OBJECTS) refuse("too many objects", word);
  Object *object = &script->objects[script->object_count];
  strcpy(object->name, word);
  object->file = file;
  object->fd = -1;
  return script->object_count++;
}

static uint64_t protection(const char *word) {
  uint64_t bits = 0;
  if (word == NULL || strlen(word) != 3) refuse("not a protection such as rw-", word);
  if (word[0] == 'r') bits |= PROT_READ;
  if (word[1] == 'w') bits |= PROT_WRITE;
  if (word[2] == 'x') bits |= PROT_EXEC;
  return bits;
}

static uint64_t advice(const char *word) {
  for (size_t i = 0; word != NULL && i < sizeof ADVICES / sizeof *ADVICES; i++)
    if (strcmp(word, ADVICES[i].name) == 0) return (uint64_t)ADVICES[i].value;
  refuse("advice that this program cannot give", word);
}

/* The part behind PROT: private|shared [anon | file:NAME OFFSET | shm:NAME OFFSET] */
static void mapping(Script *script, Step *step) {
  const char *kind = strtok(NULL, " \t");
  if (kind == NULL || (strcmp(kind, "private") != 0 && strcmp(kind, "shared") != 0))
    refuse("neither private nor shared", kind);
  uint64_t flags = (strcmp(kind, "shared") == 0 ? MAP_SHARED : MAP_PRIVATE) | MAP_FIXED;
  const char *backing = strtok(NULL, " \t");
  if (backing == NULL || strcmp(backing, "anon") == 0) {
    flags |= MAP_ANONYMOUS;
  } else if (strncmp(backing, "file:", 5) == 0) {
    step->operand[4] = (uint64_t)object_place(script, backing + 5, true);
    step->operand[5] = number(strtok(NULL, " \t"));
  } else if (strncmp(backing, "shm:", 4) == 0) {
    step->operand[4] = (uint64_t)object_place(script, backing + 4, false);
    step->operand[5] = number(strtok(NULL, " \t"));
  } else {
    refuse("not a backing", backing);
  }
  step->operand[3] = flags;
}

static void operands(Script *script, Step *step) {
  uint64_t *operand = step->operand;
  switch (step->action) {
    case EXIT:
      break;
    case FORK:
      operand[0] = (uint64_t)pid_place(script, strtok(NULL, " \t"));
      break;
    case SHM_CREATE:
    case SHM_REMOVE:
    case FTRUNCATE:
      operand[0] = (uint64_t)object_place(script, strtok(NULL, " \t"), step->action == FTRUNCATE);
      if (step->action != SHM_REMOVE) operand[1] = number(strtok(NULL, " \t"));
      break;
    case SHM_ATTACH:
      operand[0] = (uint64_t)object_place(script, strtok(NULL, " \t"), false);
      operand[1] = number(strtok(NULL, " \t"));
      operand[2] = protection(strtok(NULL, " \t"));
      break;
    default:
      operand[0] = number(strtok(NULL, " \t"));
      if (step->action <= WRITE || step->action == BRK || step->action == SHM_DETACH) break;
      operand[1] = number(strtok(NULL, " \t"));
      if (step->action == MREMAP) {
        operand[2] = number(strtok(NULL, " \t"));
        operand[3] = number(strtok(NULL, " \t"));
      }
      if (step->action == MADVISE) operand[2] = advice(strtok(NULL, " \t"));
      if (step->action == MMAP || step->action == MPROTECT) operand[2] = protection(strtok(NULL, " \t"));
      if (step->action == MMAP) mapping(script, step);
  }
  if (step->action == MADVISE && operand[2] == MADV_HUGEPAGE) script->large_pages = true;
  if (step->action == BRK && script->heap == 0) script->heap = operand[0];
  const char *more = strtok(NULL, " \t");
  if (more != NULL) refuse("more than the line needs", more);
}

void read_script(Script *script) {
  static char line[4096];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line_number++;
    line[strcspn(line, "#\r\n")] = 0;
    const char *pid = strtok(line, " \t");
    if (pid == NULL || *pid == '%') continue;
    if (script->step_count == MAX_STEPS) refuse("the script is too long", pid);
    Step *step = &script->steps[script->step_count++];
    step->line = line_number;
    step->process = pid_place(script, pid);
    const char *action = strtok(NULL, " \t");
    int place = -1;
    for (int i = 0; action != NULL && i <= FTRUNCATE; i++)
      if (strcmp(action, NAMES[i]) == 0) place = i;
    if (place < 0) refuse("not an access or operation that this program can do", action);
    step->action = (Action)place;
    operands(script, step);
  }
}
