namespace Hermes.Grains.Interfaces.Progress;

/// <summary>What long work is at, as reports, events and every page and table name it.</summary>
public static class Phases
{
    /// <summary>Cases are looked into and stored.</summary>
    public const string Ingest = "ingest";

    /// <summary>Cases are brought onto the network's grid.</summary>
    public const string Prepare = "prepare";

    /// <summary>A checkpoint, a model or a volume is read.</summary>
    public const string Load = "load";

    /// <summary>The network learns; counted in optimiser steps.</summary>
    public const string Train = "train";

    /// <summary>The network is measured; counted in cases.</summary>
    public const string Validate = "validate";

    /// <summary>Old prompt groups are asked, to be compared by bits; counted in cases.</summary>
    public const string Probe = "probe";

    /// <summary>A volume is segmented; counted in windows.</summary>
    public const string Window = "window";

    /// <summary>Priors are compared with each other.</summary>
    public const string Compare = "compare";

    /// <summary>A checkpoint, a package or an answer is written.</summary>
    public const string Store = "store";

    /// <summary>A completed run becomes a model version.</summary>
    public const string Publish = "publish";
}
