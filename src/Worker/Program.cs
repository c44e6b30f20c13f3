using System.CommandLine;
using Hermes.Worker.Commands;

return new RootCommand(
    """
    Executes work orders of Hermes Platform: the only program of the platform that touches voxels or libtorch.
    A silo starts it; by hand it replays an order or makes the phantoms:

      hermes-worker run order.json --data-dir DIR
      hermes-worker phantoms --out DIR --seed 7
      hermes-worker check list.json
    """)
{
    ServeCommand.Create(),
    RunCommand.Create(),
    PhantomsCommand.Create(),
    ProbeCommand.Create(),
    AskLibtorchCommand.Create(),
    CheckCommand.Create(),
}.Parse(args).Invoke();
