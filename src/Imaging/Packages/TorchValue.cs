namespace Hermes.Imaging.Packages;

/// <summary>What a checkpoint of PyTorch holds: a tree of dictionaries, lists and tuples over text, numbers and tensors.</summary>
public abstract record TorchValue
{
    private protected TorchValue()
    {
    }
}
