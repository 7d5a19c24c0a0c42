/* One process of the script. Its faults are those of the one instruction or system call between two getrusage calls: the same path is taken
 * beforehand with memory of the program's own, so that stack, data and code are present and writable again after a fork. */
#define _GNU_SOURCE
#include "script.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern uint64_t heap_start;

static sigjmp_buf back;
static volatile char own[PAGE];

static void on_signal(int number) { siglongjmp(back, number); }

uint64_t real_address(const Script *script, uint64_t address) {
  const uint64_t span = 1 << 28;
  if (script->heap == 0 || address < script->heap || address - script->heap >= span) return address;
  return address - script->heap + heap_start;
}

static __attribute__((noinline)) void measured_access(bool write, volatile char *at, Outcome *outcome) {
  struct rusage before, after;
  volatile int number = 0;
  getrusage(RUSAGE_SELF, &before);
  int came_back = sigsetjmp(back, 0);
  if (came_back != 0) number = came_back;
  else if (write) *at = 'w';
  else (void)*at;
  getrusage(RUSAGE_SELF, &after);
  *outcome = (Outcome){after.ru_minflt - before.ru_minflt, after.ru_majflt - before.ru_majflt, number, 0, 0};
}

static __attribute__((noinline)) void measured_call(const Call *call, Outcome *outcome) {
  struct rusage before, after;
  const long *a = call->argument;
  getrusage(RUSAGE_SELF, &before);
  errno = 0;
  long result = syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
  int error = result == -1 ? errno : 0;
  getrusage(RUSAGE_SELF, &after);
  *outcome = (Outcome){after.ru_minflt - before.ru_minflt, after.ru_majflt - before.ru_majflt, 0, error, 0};
}

static void operation(const Script *script, const Step *step, Outcome *outcome) {
  Call call = {0};
  int error = prepare(script, step, &call);
  *outcome = (Outcome){.error = error};
  if (error == 0) {
    const Call nothing = {SYS_getpid, {0}, -1};
    measured_call(&nothing, outcome);
    measured_call(&call, outcome);
  }
  finish(step, &call, outcome->error);
}

static void access_memory(const Script *script, const Step *step, Outcome *outcome) {
  measured_access(false, own, outcome);
  measured_access(true, own, outcome);
  measured_access(true, NULL, outcome);
  measured_access(step->action == WRITE, (volatile char *)real_address(script, step->operand[0]), outcome);
}

static void tell(const Pipes *pipes, int process, const Outcome *outcome) {
  if (write(pipes->outcomes[process][1], outcome, sizeof *outcome) != sizeof *outcome) _exit(3);
}

/* The child gets the program's process as its parent, which waits for all. */
static int fork_process(const Step *step, int process, const Pipes *pipes) {
  long child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0L, 0L, 0L, 0L);
  Outcome outcome = {.error = child < 0 ? errno : 0, .child = (int)child};
  if (child == 0) process = (int)step->operand[0];
  tell(pipes, process, &outcome);
  return process;
}

_Noreturn void live(const Script *script, const Pipes *pipes, int process) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  for (int i = 0; i < script->pid_count; i++) close(pipes->commands[i][1]); /* so that `in` ends with the program */
  static Step step;
  while (read(pipes->commands[process][0], &step, sizeof step) == sizeof step) {
    Outcome outcome;
    if (step.action == EXIT) break;
    if (step.action == FORK) {
      process = fork_process(&step, process, pipes);
      continue;
    }
    if (step.action <= WRITE) access_memory(script, &step, &outcome);
    else operation(script, &step, &outcome);
    tell(pipes, process, &outcome);
  }
  _exit(0);
}
