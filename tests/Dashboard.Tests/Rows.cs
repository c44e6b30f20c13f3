using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests;

/// <summary>Rows to show.</summary>
internal static class Rows
{
    public static DatasetRow Dataset(string name, DatasetState state = DatasetState.Ready) => new()
    {
        Name = name,
        Site = "local",
        Modality = "ct",
        State = state,
        Version = state == DatasetState.Ready ? 1 : 0,
    };

    public static RunRow Run(string name, RunState state) => new() { Name = name, State = state, Model = "universal" };
}
