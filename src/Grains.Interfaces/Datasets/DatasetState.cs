namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>The state machine of a dataset.</summary>
[GenerateSerializer]
public enum DatasetState
{
    /// <summary>Nothing was ever added under this name.</summary>
    Absent = 0,

    /// <summary>An add has begun; its case list is arriving.</summary>
    Staging = 1,

    /// <summary>Workers look into the files.</summary>
    Ingesting = 2,

    /// <summary>At least one version exists and nothing is under way.</summary>
    Ready = 3,

    /// <summary>The add was refused; nothing of it was kept.</summary>
    Refused = 4,

    /// <summary>An append has begun; its case list is arriving. The newest version is used meanwhile.</summary>
    Receiving = 5,

    /// <summary>Workers look into the files of an append. The newest version is used meanwhile.</summary>
    Appending = 6,

    /// <summary>Nothing may use it any more. Its tasks stay registered and its name stays taken.</summary>
    Withdrawn = 7,
}

/// <summary>What states have in common.</summary>
public static class DatasetStates
{
    /// <summary>Whether the case list of an add or append is arriving.</summary>
    public static bool IsArriving(this DatasetState state) => state is DatasetState.Staging or DatasetState.Receiving;

    /// <summary>Whether workers look into the files of an add or append.</summary>
    public static bool IsLookedInto(this DatasetState state) => state is DatasetState.Ingesting or DatasetState.Appending;

    /// <summary>Whether an add or append is under way.</summary>
    public static bool IsUnderWay(this DatasetState state) => state.IsArriving() || state.IsLookedInto();

    /// <summary>Whether there is a version to learn from, whatever is under way.</summary>
    public static bool HasVersion(this DatasetState state) => state is DatasetState.Ready or DatasetState.Receiving or DatasetState.Appending;
}
